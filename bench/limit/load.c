// A closed-loop load generator: keeps WINDOW datagrams in flight and counts what comes back. It checks nothing but the length.
//
// usage: load PORT SIZE WINDOW SECONDS [trains] [probes|stamp] [clients=N]   prints: replies, seconds, datagrams that had to be sent again
//   trains     hands the kernel several datagrams as one message (UDP_SEGMENT), and takes them so (UDP_GRO)
//   probes     sends probes of udptool (docs/wire-format.md), each with a sequence of its own and a right check
//   stamp      sends requests of STAMP (RFC 8762), with the TLV Extra Padding
//   clients=N  sends from N addresses in turn (127.1.0.0/16), all from one socket: the load on the generator is the same for any N
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define UDP_SEGMENT 103
#define UDP_GRO 104
#define BATCH 64
#define SEGMENTS 64   // UDP_MAX_SEGMENTS of every kernel that has UDP_SEGMENT
#define LONGEST 65507 // of a message, IPv4
#define ROOM (65536 + 64)
#define CONTROL 64

static int udp, size, trains, probes, stamp, clients;
static struct sockaddr_in server = {.sin_family = AF_INET};
static uint32_t run, sequence, table[256], next_client;
static unsigned char *out;
static unsigned char out_control[BATCH][CONTROL], in_control[BATCH][CONTROL];
static struct mmsghdr outgoing[BATCH], incoming[BATCH];
static struct iovec out_vectors[BATCH], in_vectors[BATCH];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void hex(unsigned char *at, uint32_t value, int digits) {
  for (int i = digits - 1; i >= 0; i--, value >>= 4) at[i] = "0123456789ABCDEF"[value & 15];
}

static void begin_probe(unsigned char *at) {
  memcpy(at, "UDT1Q", 5);
  hex(at + 13, run, 8);
  hex(at + 21, size, 5);
  hex(at + 34, 0, 8);
  hex(at + 42, 0, 8);
  memset(at + 50, '-', 67);
  memset(at + 117, 'a', size - 117);
}

static void number_probe(unsigned char *at) {
  uint32_t crc = 0xffffffff;
  at[4] = 'Q';
  hex(at + 5, sequence++, 8);
  for (int i = 0; i < 26; i++) crc = table[(crc ^ at[i]) & 255] ^ (crc >> 8);
  hex(at + 26, ~crc, 8);
}

// A time of 2024, an error of 1 ms. Extra Padding takes 4 octets and its value.
static void begin_request(unsigned char *at) {
  memset(at, 0, size < 48 ? size : 44);
  memcpy(at + 4, "\xe9\x3c\x7f\x00\x00\x00\x00\x00\x0f\x84", 10);
  if (size < 48) return;
  memcpy(at + 44, "\x80\x01", 2);
  at[46] = (size - 48) >> 8;
  at[47] = size - 48;
}

static void number_request(unsigned char *at) {
  uint32_t number = htonl(sequence++);
  memcpy(at, &number, sizeof number);
}

static void put_control(struct msghdr *message, unsigned char *room, int segment) {
  size_t used = 0;
  message->msg_control = room;
  message->msg_controllen = CONTROL;
  struct cmsghdr *c = CMSG_FIRSTHDR(message);
  if (clients > 0) {
    struct in_pktinfo from = {.ipi_spec_dst.s_addr = htonl(0x7f010000u + next_client)};
    next_client = (next_client + 1) % clients;
    c->cmsg_level = IPPROTO_IP;
    c->cmsg_type = IP_PKTINFO;
    c->cmsg_len = CMSG_LEN(sizeof from);
    memcpy(CMSG_DATA(c), &from, sizeof from);
    used += CMSG_SPACE(sizeof from);
  }
  if (segment > 0) {
    unsigned short cut = segment;
    c = (struct cmsghdr *)(room + used);
    c->cmsg_level = IPPROTO_UDP;
    c->cmsg_type = UDP_SEGMENT;
    c->cmsg_len = CMSG_LEN(sizeof cut);
    memcpy(CMSG_DATA(c), &cut, sizeof cut);
    used += CMSG_SPACE(sizeof cut);
  }
  message->msg_control = used == 0 ? NULL : room;
  message->msg_controllen = used;
}

static void send_datagrams(int count) {
  int most = trains ? (LONGEST / size < SEGMENTS ? LONGEST / size : SEGMENTS) : 1;
  while (count > 0) {
    int rows = 0;
    for (; rows < BATCH && count > 0; rows++) {
      int datagrams = count < most ? count : most;
      count -= datagrams;
      out_vectors[rows].iov_len = (size_t)datagrams * size;
      for (int i = 0; (probes || stamp) && i < datagrams; i++) {
        unsigned char *at = (unsigned char *)out_vectors[rows].iov_base + (size_t)i * size;
        if (probes) number_probe(at);
        else number_request(at);
      }
      put_control(&outgoing[rows].msg_hdr, out_control[rows], datagrams > 1 ? size : 0);
    }
    for (int sent = 0; sent < rows;) {
      int done = sendmmsg(udp, outgoing + sent, rows - sent, 0);
      sent += done > 0 ? done : 1;
    }
  }
}

int main(int argc, char **argv) {
  if (argc < 5) return fprintf(stderr, "load PORT SIZE WINDOW SECONDS [trains] [probes|stamp] [clients=N]\n"), 2;
  server.sin_port = htons(atoi(argv[1]));
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  size = atoi(argv[2]);
  int window = atoi(argv[3]);
  double seconds = atof(argv[4]);
  for (int i = 5; i < argc; i++) {
    if (strcmp(argv[i], "trains") == 0) trains = 1;
    if (strcmp(argv[i], "probes") == 0) probes = 1;
    if (strcmp(argv[i], "stamp") == 0) stamp = 1;
    if (strncmp(argv[i], "clients=", 8) == 0) clients = atoi(argv[i] + 8);
  }
  udp = socket(AF_INET, SOCK_DGRAM, 0);
  int buffer = 4 << 20, on = 1;
  struct timeval patience = {.tv_usec = 100000};
  setsockopt(udp, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  setsockopt(udp, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
  setsockopt(udp, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (trains && setsockopt(udp, IPPROTO_UDP, UDP_GRO, &on, sizeof on) < 0) return perror("UDP_GRO"), 1;
  if (clients == 0 && connect(udp, (struct sockaddr *)&server, sizeof server) < 0) return perror("connect"), 1;

  for (uint32_t i = 0; i < 256; i++) {
    table[i] = i;
    for (int bit = 0; bit < 8; bit++) table[i] = table[i] & 1 ? 0xedb88320u ^ (table[i] >> 1) : table[i] >> 1;
  }
  struct timespec seed;
  clock_gettime(CLOCK_REALTIME, &seed);
  run = (uint32_t)seed.tv_nsec;
  unsigned char *in = aligned_alloc(64, (size_t)BATCH * ROOM);
  out = aligned_alloc(64, (size_t)BATCH * ROOM);
  for (int m = 0; m < BATCH; m++) {
    unsigned char *place = out + (size_t)m * ROOM;
    memset(place, 'a', ROOM);
    if (probes)
      for (int at = 0; at + size <= LONGEST; at += size) begin_probe(place + at);
    if (stamp)
      for (int at = 0; at + size <= LONGEST; at += size) begin_request(place + at);
    out_vectors[m].iov_base = place;
    outgoing[m].msg_hdr.msg_iov = &out_vectors[m];
    outgoing[m].msg_hdr.msg_iovlen = 1;
    if (clients > 0) {
      outgoing[m].msg_hdr.msg_name = &server;
      outgoing[m].msg_hdr.msg_namelen = sizeof server;
    }
    in_vectors[m].iov_base = in + (size_t)m * ROOM;
    in_vectors[m].iov_len = 65536;
    incoming[m].msg_hdr.msg_iov = &in_vectors[m];
    incoming[m].msg_hdr.msg_iovlen = 1;
  }

  long replies = 0, resent = 0;
  double began = now(), end = began + seconds, time = began;
  send_datagrams(window);
  while (time < end) {
    for (int m = 0; m < BATCH; m++) {
      incoming[m].msg_hdr.msg_control = in_control[m];
      incoming[m].msg_hdr.msg_controllen = CONTROL;
    }
    int count = recvmmsg(udp, incoming, trains ? 2 : BATCH, MSG_WAITFORONE, NULL);
    time = now();
    if (count < 0) {
      // Nothing for a tenth of a second: all that was in flight is lost.
      send_datagrams(window);
      resent += window;
      continue;
    }
    int datagrams = 0;
    for (int m = 0; m < count; m++) datagrams += (incoming[m].msg_len + size - 1) / size;
    replies += datagrams;
    send_datagrams(datagrams);
  }
  printf("%ld %f %ld\n", replies, time - began, resent);
  return 0;
}
