import os

vars(os)["metsys"[::-1]]("echo pratique-drill")
