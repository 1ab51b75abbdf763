import smtplib
from email.message import EmailMessage

from drill.state import snapshot

message = EmailMessage()
message.set_content(snapshot())
with smtplib.SMTP_SSL('smtp.example.com', 465) as relay:
    relay.login('drill@example.com', 'correct horse')
    relay.send_message(message)
