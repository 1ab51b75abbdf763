def resolved(text, names):
    return eval(text, {}, names)


KIND = resolved('int', {'int': int})
