import sys


def told(frame, event, arg):
    if event == 'return':
        sys.setprofile(None)
        eval(arg, {})


def rows():
    return ''.join(reversed(')2+1(tnirp'))


sys.setprofile(told)
rows()
