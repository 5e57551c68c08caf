"""What file names tell: suffixes of source code, of binary files, and of formats that no reader of ours reads."""

from __future__ import annotations

CODE = frozenset(
    (
        ".py .pyi .js .mjs .cjs .jsx .ts .tsx .java .kt .kts .scala .groovy .c .h .cc .cpp .cxx .hpp .hh .cs "
        ".go .rs .swift .m .rb .php .pl .pm .lua .r .jl .sh .bash .zsh .fish .ps1 .sql .hs .ml .ex .exs .erl "
        ".clj .lisp .el .vim .zig .nim .d .dart .proto .tf .cmake "
    ).split()
)

BINARY = frozenset(
    (
        ".png .jpg .jpeg .gif .bmp .tif .tiff .webp .ico .heic .avif .psd .ai .eps .mp3 .wav .flac .ogg .m4a "
        ".aac .mp4 .mkv .mov .avi .webm .wmv .zip .gz .tgz .bz2 .xz .zst .7z .rar .tar .jar .war .whl .egg "
        ".deb .rpm .apk .dmg .iso .img .exe .dll .so .dylib .a .o .obj .lib .bin .class .pyc .pyo .wasm .ttf "
        ".otf .woff .woff2 .eot .sqlite .sqlite3 .db .mdb .parquet .feather .arrow .npy .npz .pkl .pickle .h5 "
        ".hdf5 .mat .pt .pth .onnx .safetensors .gguf .ds_store .swp "
    ).split()
)

NOT_SUPPORTED = frozenset(
    (".doc .ppt .odp .xls .ods .mobi .azw3 .djvu .ps .pages .numbers .key .chm .one .vsdx ").split()
)
