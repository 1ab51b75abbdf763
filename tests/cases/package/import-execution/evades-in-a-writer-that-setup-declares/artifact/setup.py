from setuptools import setup

setup(name="drill", entry_points={"egg_info.writers": ["changes.txt = drill.writer:write"]})
