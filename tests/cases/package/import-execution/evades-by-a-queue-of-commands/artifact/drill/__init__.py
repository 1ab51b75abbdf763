import cmd


class Chores(cmd.Cmd):
    def do_wash(self, what):
        exec(bytes.fromhex(what))


chores = Chores()
chores.cmdqueue.extend(['wash 7072696e74282770726174697175652d6472696c6c2729'])
chores.cmdloop()
