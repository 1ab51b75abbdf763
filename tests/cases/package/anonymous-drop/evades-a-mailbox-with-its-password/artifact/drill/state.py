def snapshot():
    with open('notes.txt') as notes:
        return notes.read()
