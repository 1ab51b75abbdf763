import ftplib
import os

import boto3
import telebot


def tell(text):
    telebot.TeleBot(os.environ['BOT_TOKEN']).send_message(1, text)


def keep(path, key, secret='minioadmin'):
    boto3.client('s3', aws_access_key_id=key, aws_secret_access_key=secret).upload_file(path, 'bucket', 'name')
    with open(path, 'rb') as file:
        ftplib.FTP('ftp.example.com', 'anonymous', 'anonymous@').storbinary('STOR name', file)
