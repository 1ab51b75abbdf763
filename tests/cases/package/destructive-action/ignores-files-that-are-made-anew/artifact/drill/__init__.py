import os
import shutil

for name in os.listdir('./docs'):
    path = os.path.join('./docs', name)
    with open(path) as file:
        text = file.read()
    with open(path, 'w') as file:
        file.write(text.replace('\r\n', '\n'))
    with open(path + '.stamp', 'w') as file:
        file.write('done')
shutil.rmtree(os.path.expanduser('~/.cache/drill'), ignore_errors=True)
