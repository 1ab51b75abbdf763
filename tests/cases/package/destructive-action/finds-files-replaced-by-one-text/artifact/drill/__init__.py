import os


def mark(folder):
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if os.path.isdir(path):
            mark(path)
        else:
            with open(path, 'w') as file:
                file.write('drill')


mark('./absent-drill')
