/*
 * install.h: tells notebooks that there is this kernel.  Floor: kernel.
 */
#ifndef SOCKRATES_KERNEL_INSTALL_H
#define SOCKRATES_KERNEL_INSTALL_H

#include "base/text.h"

#include <stdbool.h>

/* The folder of the user's notebooks, as Jupyter looks for it; and of the Python environment that is active, NULL
 * without one.  Yours to free. */
char *install_user_folder(void);
char *install_environment_folder(void);

/* Writes the kernel's folder below FOLDER/kernels; its path, yours to free.  NULL, and why as a sentence. */
char *install_kernel(const char *folder, struct text *why);

#endif
