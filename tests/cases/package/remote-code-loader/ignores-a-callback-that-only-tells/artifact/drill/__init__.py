import json

import paho.mqtt.client as mqtt

READINGS = []


def on_message(client, data, message):
    READINGS.append(json.loads(message.payload))
    client.publish('drill/ack', message.mid)


client = mqtt.Client()
client.on_message = on_message
