def getoutput(line):
    return line
