"""Publishing a result: the product appears under its name when all of it is written, or nothing does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...protocol.products import Product
from ..access.input_files import InputFiles
from ..errors import InputError, UsageError
from ..staging.destinations import Destination, check_destinations, earlier_files
from ..staging.new_folder import new_folder
from ..staging.result_files import staged_results
from ..staging.staged_file import write_failures
from ..stored.result import StoredResult
from .product_format import PublishContext, Published
from .registry import product_format

#: What file managers lay into a folder that they show.
_OF_FILE_MANAGERS = frozenset({".ds_store", "thumbs.db", "desktop.ini", ".directory"})


def publish(
    result: StoredResult, product: Product, output: Path, context: PublishContext, *, overwrite: bool = False
) -> Published:
    """Publish a result.

    Args:
        result: what is published.
        product: as what.
        output: the file, or the folder.
        context: options, progress and cancellation.
        overwrite: whether an earlier product under that name may be replaced.

    Raises:
        UsageError: the name does not serve, or something stands there that may not be replaced.
        InputError: the folder cannot be written, another program holds an earlier file, or the result does not serve.
        RuntimeFailure: writing failed.
        Cancelled: the user stopped it; nothing is left.
    """
    form = product_format(product.name)
    if not product.suffixes:
        with _folder(output, overwrite=overwrite) as work, write_failures(output.name):
            return form.write(result, work, context)
    destination = Destination(output, product.suffixes)
    check_destinations([destination])
    inputs = InputFiles({output: destination.replaced})
    inputs.add([str(result.path)])
    with (
        staged_results([destination], overwrite=overwrite) as files,
        context.run.cancellation.ending_with(files.discard),
    ):
        with files.main.writing() as part:
            published = form.write(result, part, context)
        context.check()
        files.commit(inputs)
        return published


@contextmanager
def _folder(folder: Path, *, overwrite: bool) -> Iterator[Path]:
    """Give a folder to fill that takes the place of ``folder`` when the block ends well.

    With ``overwrite`` an earlier folder goes, if it holds nothing but files that the new one has, too, and these
    nothing but layers of this program.
    """
    if not overwrite or not folder.is_dir() or folder.is_symlink() or not any(folder.iterdir()):
        with new_folder(folder) as work:
            yield work
        return
    beside = folder.with_name(f".{folder.name}.new")
    if beside.is_dir():  # of a process that was killed
        shutil.rmtree(beside, ignore_errors=True)
    try:
        with new_folder(beside) as work:
            yield work
        _exchange(folder, beside)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _exchange(folder: Path, fresh: Path) -> None:
    others = sorted(_files(folder) - _files(fresh))
    if others:
        raise UsageError(
            f"{folder} holds other files, such as {others[0]}", "publish into another folder", "output-foreign"
        )
    # a layer that somebody has put into a package is the work of others, too
    earlier_files(sorted(folder.rglob("*.gpkg")), overwrite=True, replace_reviewed=False)
    earlier = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(earlier, ignore_errors=True)
    try:
        os.rename(folder, earlier)
    except OSError as error:
        raise InputError(
            f"{folder} is in use ({error.strerror})", "close the programs that show its files", "output-in-use"
        ) from error
    try:
        os.rename(fresh, folder)
    except OSError:
        os.rename(earlier, folder)
        raise
    shutil.rmtree(earlier, ignore_errors=True)


def _files(folder: Path) -> set[str]:
    """Return the files in a folder, by their paths in it, but for those that nobody has made."""
    return {
        found.relative_to(folder).as_posix()
        for found in folder.rglob("*")
        if not found.is_dir() and not _is_of_file_manager(found.name)
    }


def _is_of_file_manager(name: str) -> bool:
    return name.lower() in _OF_FILE_MANAGERS or name.startswith("._")
