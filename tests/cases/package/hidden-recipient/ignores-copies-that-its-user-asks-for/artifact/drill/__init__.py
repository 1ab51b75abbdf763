import os
import smtplib
from email.message import EmailMessage


def send(to, subject, text, bcc=None):
    message = EmailMessage()
    message['To'] = to
    message['Subject'] = subject
    if bcc:
        message['Bcc'] = bcc
    message.set_content(text)
    with smtplib.SMTP(os.environ['SMTP_HOST'], 587) as relay:
        relay.send_message(message, from_addr='noreply@example.com')
