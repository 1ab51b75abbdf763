def main():
    print('drill')
