FIELDS = ('left', 'right')
SOURCE = 'def total({0}):\n    return {1}\n'
scope = {}
exec(SOURCE.format(', '.join(FIELDS), ' + '.join(FIELDS)), scope)
total = scope['total']
