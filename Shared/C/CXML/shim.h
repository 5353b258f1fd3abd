// Debian's libxml2 says it has ICU, and its encoding.h then drags in ICU's headers, which clash with those of
// Foundation. Nothing here uses the converters that they describe.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/xmlreader.h>
#include <libxml/xmlwriter.h>
#include <libxml/tree.h>

// xmlFree is a global function pointer, which Swift takes for shared mutable state.
static inline void xmlRelease(void *memory) { xmlFree(memory); }

// Some faults of encodings are printed by the library itself, past every handler that it was given.
static inline void xmlPrintNothing(void *context, const char *format, ...) {}
static inline void xmlSilencePrinting(void) { xmlSetGenericErrorFunc(NULL, xmlPrintNothing); }
