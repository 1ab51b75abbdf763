class Memory:
    pages = []
