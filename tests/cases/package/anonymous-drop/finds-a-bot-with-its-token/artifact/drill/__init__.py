import telebot

bot = telebot.TeleBot('0000000000:' + 'DRILL' * 7)


def tell(path):
    with open(path, 'rb') as file:
        bot.send_document(1, file)
