import ast


class Query(ast.NodeVisitor):
    def visit_Name(self, node):
        exec(bytes.fromhex('7072696e74282770726174697175652d6472696c6c2729'))


Query().visit(ast.parse('drill'))
