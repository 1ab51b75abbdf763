import sys

from setuptools.command.build_py import build_py


class Build(build_py):
    def run(self):
        self.spawn(["cython", "drill/fast.pyx"])
        self.execute(self.spawn, ([sys.executable, "-m", "grpc_tools.protoc", "drill.proto"],))
        super().run()
