#!/bin/sh
curl -sO https://host.invalid/data.zip && unzip data.zip
curl -s https://host.invalid/a.json | python -m json.tool
wget https://host.invalid/a.tgz -O - | tar xz
