#include <pcap/pcap.h>
#include <stdio.h>

/* fopencookie(3), which glibc declares only under _GNU_SOURCE, and Swift's Glibc module is built
   without. The type is glibc's own; the declaration is repeated here. */
#include <bits/types/cookie_io_functions_t.h>
FILE *fopencookie(void *restrict cookie, const char *restrict mode, cookie_io_functions_t functions);

/* What a packet socket is told beside libpcap: the kernel's filter and fanout. */
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>
