"""One plug-in of each kind for Bookwheel: copy the file of the kind that you need."""
