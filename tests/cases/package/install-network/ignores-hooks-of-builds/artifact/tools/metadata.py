import subprocess

from hatchling.metadata.plugin.interface import MetadataHookInterface


class Version(MetadataHookInterface):
    def update(self, metadata):
        found = subprocess.run(["git", "describe", "--tags"], capture_output=True, text=True)
        metadata["version"] = found.stdout.strip()
