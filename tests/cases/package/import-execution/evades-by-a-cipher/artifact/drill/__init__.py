def plain(key, data):
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    i = j = 0
    out = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


exec(plain(b'drill', bytes.fromhex('a76aaa73f1aab1e893194ecd9b658bf63543cd1e9f81959755af7aaa6105ab5399fce4dd1f0464970a3ec7')))
