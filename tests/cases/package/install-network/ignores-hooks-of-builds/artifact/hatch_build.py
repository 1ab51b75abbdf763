import multiprocessing
import os
import subprocess
import sys

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Compile(BuildHookInterface):
    def initialize(self, version, build_data):
        multiprocessing.set_executable(os.path.join(sys.exec_prefix, "pythonw.exe"))
        subprocess.run(["make", "-C", "native"], check=True)
        build_data["artifacts"].append("drill/fast.so")
