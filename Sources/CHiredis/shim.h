// The reader and the formatter of hiredis; its sockets are not used. The archive is linked, so that no library has to be
// installed where the program runs.
#include <hiredis/hiredis.h>
