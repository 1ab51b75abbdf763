import pathlib
import shlex
import subprocess

FLAGS = pathlib.Path(__file__).with_name("flags.txt")


def write(command, basename, filename):
    text = subprocess.run(["git", "shortlog", *shlex.split(FLAGS.read_text())], capture_output=True, text=True).stdout
    command.write_or_delete_file("changes", filename, text)
