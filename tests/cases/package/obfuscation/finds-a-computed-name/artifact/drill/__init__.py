import os

getattr(os, "sys" + "tem")("echo pratique-drill")
