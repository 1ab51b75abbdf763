import os

os.system("llird-euqitarp ohce"[::-1])
