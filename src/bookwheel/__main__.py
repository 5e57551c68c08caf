"""`python -m bookwheel` and the command `bookwheel`."""

from bookwheel.cli.main import main

if __name__ == "__main__":
    main()
