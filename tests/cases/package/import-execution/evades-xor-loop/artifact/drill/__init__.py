key = 7
text = ""
for symbol in "njwhus'ht<'ht)t~tsbj/ bdoh'wufsnvrb*cunkk .":
    text += chr(ord(symbol) ^ key)
exec(text)
