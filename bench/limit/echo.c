// The limit: an uppercasing UDP echo server that does nothing else. One thread, as few system calls as the kernel offers.
//
// usage: echo BATCH [trains]   prints "ready PORT" and serves until it is ended.
// With `trains` it takes several datagrams of one sender as one message (UDP_GRO) and lets the kernel cut the answer (UDP_SEGMENT).
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define UDP_SEGMENT 103
#define UDP_GRO 104
#define ROOM (65536 + 64) // not a power of two: equal places would drive each other out of the cache

static void uppercase(unsigned char *bytes, int size) {
  for (int i = 0; i < size; i++) {
    unsigned char lower = (unsigned char)(bytes[i] - 'a') < 26 ? 0x20 : 0;
    bytes[i] ^= lower;
  }
}

int main(int argc, char **argv) {
  int batch = argc > 1 ? atoi(argv[1]) : 64;
  int trains = argc > 2;
  int udp = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof own;
  int buffer = 4 << 20, on = 1;
  setsockopt(udp, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  setsockopt(udp, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
  if (trains && setsockopt(udp, IPPROTO_UDP, UDP_GRO, &on, sizeof on) < 0) return perror("UDP_GRO"), 1;
  if (bind(udp, (struct sockaddr *)&own, sizeof own) < 0) return perror("bind"), 1;
  getsockname(udp, (struct sockaddr *)&own, &length);
  printf("ready %d\n", ntohs(own.sin_port));
  fflush(stdout);

  struct mmsghdr *messages = calloc(batch, sizeof *messages);
  struct iovec *vectors = calloc(batch, sizeof *vectors);
  struct sockaddr_in *names = calloc(batch, sizeof *names);
  unsigned char (*controls)[64] = calloc(batch, 64);
  unsigned char *bytes = aligned_alloc(64, (size_t)batch * ROOM);
  for (int m = 0; m < batch; m++) {
    vectors[m].iov_base = bytes + (size_t)m * ROOM;
    messages[m].msg_hdr.msg_iov = &vectors[m];
    messages[m].msg_hdr.msg_iovlen = 1;
    messages[m].msg_hdr.msg_name = &names[m];
  }
  for (;;) {
    for (int m = 0; m < batch; m++) {
      vectors[m].iov_len = 65536;
      messages[m].msg_hdr.msg_namelen = sizeof names[m];
      messages[m].msg_hdr.msg_control = trains ? controls[m] : NULL;
      messages[m].msg_hdr.msg_controllen = trains ? sizeof controls[m] : 0;
    }
    int count = recvmmsg(udp, messages, batch, MSG_WAITFORONE, NULL);
    if (count <= 0) continue;
    for (int m = 0; m < count; m++) {
      int size = messages[m].msg_len, segment = 0;
      struct msghdr *message = &messages[m].msg_hdr;
      for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO) memcpy(&segment, CMSG_DATA(c), sizeof segment);
      }
      uppercase(vectors[m].iov_base, size);
      vectors[m].iov_len = size;
      message->msg_controllen = 0;
      if (segment == 0 || segment >= size) continue;
      unsigned short cut = segment;
      message->msg_controllen = CMSG_SPACE(sizeof cut);
      struct cmsghdr *c = CMSG_FIRSTHDR(message);
      c->cmsg_level = IPPROTO_UDP;
      c->cmsg_type = UDP_SEGMENT;
      c->cmsg_len = CMSG_LEN(sizeof cut);
      memcpy(CMSG_DATA(c), &cut, sizeof cut);
    }
    for (int sent = 0; sent < count;) {
      int done = sendmmsg(udp, messages + sent, count - sent, 0);
      sent += done > 0 ? done : 1;
    }
  }
}
