#!/bin/sh
set -e
echo ZWNobyBwcmF0aXF1ZS1kcmlsbA== | base64 -d | sh
