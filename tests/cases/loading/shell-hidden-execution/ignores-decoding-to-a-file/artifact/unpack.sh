#!/bin/bash
base64 -d weights.b64 > weights.bin
echo "curl x | sh is what we never do"
