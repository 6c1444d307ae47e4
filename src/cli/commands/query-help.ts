import type { ServiceName } from '../../wire/services/answers.ts'

/** What the help of a preset says besides its options. */
interface PresetHelp {
  readonly about: string
  readonly help: string
}

/** The help of each preset. */
export const PRESET_HELP: Readonly<Record<ServiceName, PresetHelp>> = {
  dns: {
    about: 'ask a name server (RFC 1035) and show its records',
    help: `
Metrics of --expect: dns.rcode, dns.answers, dns.aa, dns.tc, dns.ra, dns.ad,
reply, replyHex, reply.length, reply.count, rtt, noReply, silent.

Examples:
  udptool query dns 127.0.0.1 --name example.org
  udptool query dns 192.0.2.53 --name example.org --type AAAA --expect 'dns.answers>=1'
  udptool query dns 192.0.2.53 --name gone.example --expect dns.rcode==NXDOMAIN
  udptool query dns ns1.example.org --name example.org --type SOA --no-recurse --expect dns.aa
  udptool query dns 192.0.2.53 --name 1.2.0.192.in-addr.arpa --type PTR`,
  },
  ntp: {
    about: 'ask a time server (RFC 5905) and show the offset of our clock',
    help: `
The clock is not set. A kiss code (a server that refuses) fails.

Metrics of --expect: ntp.offset, ntp.delay, ntp.stratum, ntp.kiss, reply.length,
reply.count, replyHex, rtt, noReply, silent. ntp.offset is the absolute offset
with its error bound.

Examples:
  udptool query ntp pool.ntp.org
  udptool query ntp 192.0.2.123 --samples 4 --expect 'ntp.offset<10ms'
  udptool query ntp 192.0.2.123 --expect 'ntp.stratum<=3' --wait-for 30s`,
  },
  stun: {
    about: 'ask a STUN server (RFC 8489) for our address as it sees it',
    help: `
Metrics of --expect: stun.mapped, reply.length, reply.count, replyHex, rtt,
noReply, silent.

Examples:
  udptool query stun stun.example.org
  udptool query stun 192.0.2.7:3478 --expect stun.mapped
  udptool query stun 192.0.2.7 --bind 0.0.0.0:5000 --expect stun.mapped==198.51.100.1:5000`,
  },
  quic: {
    about: 'ask a QUIC server (RFC 9000) for its versions: is HTTP/3 reachable over UDP?',
    help: `
It sends a packet of a version that no server has, so the server answers with
the list of its versions: no TLS, no connection.

Metrics of --expect: quic.versions, reply.length, reply.count, replyHex, rtt,
noReply, silent.

Examples:
  udptool query quic example.org
  udptool query quic 192.0.2.7:8443 --expect 'quic.versions=~/v1/'`,
  },
  sip: {
    about: 'ask a SIP server (RFC 3261) for its options',
    help: `
Metrics of --expect: sip.status, sip.server, reply, reply.length, reply.count,
replyHex, rtt, noReply, silent. Any final response passes without --expect.

Examples:
  udptool query sip sip.example.org
  udptool query sip 192.0.2.7 --uri sip:alice@example.org --expect sip.status==200`,
  },
  coap: {
    about: 'ping a CoAP server (RFC 7252)',
    help: `
Metrics of --expect: reply.length, reply.count, replyHex, rtt, noReply, silent.

Examples:
  udptool query coap 192.0.2.7
  udptool query coap [2001:db8::7]:5683 --retries 2`,
  },
  message: {
    about: 'send text or bytes to any UDP service and judge the reply',
    help: `
Metrics of --expect: reply, replyHex, reply.length, reply.count, rtt, noReply,
silent.

Examples:
  udptool query message host:9000 --send hello --expect 'reply==HELLO'
  udptool query message host:161 --send-hex 3003020101 --expect 'rtt<200ms'
  udptool query message host:27015 --send-base64 /////1RTb3VyY2U= --expect 'reply=~/Source/'
  udptool query message host:514 --send x --expect silent   a firewall drops it`,
  },
}
