/**
 * Requested with SO_SNDBUF for a socket that sends to many peers. Datagrams to an unresolved neighbor stay in it for 3 s (arp(7)), so it
 * holds a few seconds of them. Each takes at least 768 bytes, however small it is.
 */
export const SEND_BUFFER = 4 * 1024 * 1024
