/*
 * archive.h: a course out of a tar or zip file.  Floor: unpack.
 *
 * The archive is somebody else's.  Only folders and plain files are made, below the folder that was asked for; so
 * nothing in it can lead elsewhere.  A link, a device, a name that climbs out, or more than a course can be, ends it.
 */
#ifndef SOCKRATES_UNPACK_ARCHIVE_H
#define SOCKRATES_UNPACK_ARCHIVE_H

#include "base/text.h"

/*
 * Unpacks the file, a tar that may be compressed with gzip, bzip2, xz or zstd, into the folder, which is there and
 * empty. False with a sentence in `fault`; the folder may hold some of it then.  Names that begin with a dot are left
 * out.
 */
bool archive_unpack(const char *file, const char *folder, struct text *fault);

#endif
