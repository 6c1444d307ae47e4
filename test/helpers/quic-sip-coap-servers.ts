import type { Host } from './namespace.ts'
import { startServiceServer, untilAnswered, type ServiceServer } from './service-servers.ts'

/** A QUIC packet of a version that no server has (RFC 9000 section 15), written by hand. */
export function unknownVersionPacket(size: number): Buffer {
  return Buffer.concat([Buffer.from('c01a2a3a4a086162636465666768086a6b6c6d6e6f7071', 'hex'), Buffer.alloc(size)], size)
}

/** OPTIONS to Kamailio, written by hand. */
export function optionsRequest(): Buffer {
  return Buffer.from(OPTIONS.join('\r\n'))
}

const OPTIONS = [
  'OPTIONS sip:127.0.0.1:5060 SIP/2.0',
  'Via: SIP/2.0/UDP 127.0.0.1:5061;branch=z9hG4bKisup;rport',
  'Max-Forwards: 70',
  'From: <sip:test@127.0.0.1>;tag=isup',
  'To: <sip:127.0.0.1:5060>',
  'Call-ID: isup',
  'CSeq: 1 OPTIONS',
  'Content-Length: 0',
  '',
  '',
]

/** An empty Confirmable message (RFC 7252 section 4.3), written by hand. */
const PING = Buffer.from('40001234', 'hex')

/** Caddy with HTTP/3 at 443 of 127.0.0.1, with a certificate of its own authority: it uses no network. */
export async function startCaddy(host: Host): Promise<ServiceServer> {
  const Caddyfile = [
    '{',
    'admin off',
    'auto_https disable_redirects',
    'skip_install_trust',
    '}',
    'https://localhost {',
    'bind 127.0.0.1',
    'tls internal',
    'respond "ok"',
    '}',
    '',
  ].join('\n')
  return await startServiceServer(host, {
    command: ['caddy', 'run', '--config', '{folder}/Caddyfile', '--adapter', 'caddyfile'],
    files: { Caddyfile },
    isUp: async () => await untilAnswered(host, '127.0.0.1', 443, unknownVersionPacket(1200)),
  })
}

/** Kamailio at 5060 of 127.0.0.1 and ::1, which answers OPTIONS with 200 and other requests with 405. */
export async function startKamailio(host: Host): Promise<ServiceServer> {
  const config = [
    '#!KAMAILIO',
    'debug=0',
    'log_stderror=yes',
    'children=1',
    'disable_tcp=yes',
    'listen=udp:127.0.0.1:5060',
    'listen=udp:[::1]:5060',
    'loadmodule "sl.so"',
    'loadmodule "pv.so"',
    'loadmodule "textops.so"',
    'request_route {',
    '  if ($rm == "OPTIONS") { append_to_reply("Allow: INVITE, ACK, OPTIONS\\r\\n"); sl_send_reply("200", "OK"); exit; }',
    '  sl_send_reply("405", "Method Not Allowed");',
    '}',
    '',
  ].join('\n')
  return await startServiceServer(host, {
    // In the foreground (-DD), errors to stderr (-E); 16 and 4 MB of memory are plenty.
    command: ['kamailio', '-f', '{folder}/kamailio.cfg', '-DD', '-E', '-m', '16', '-M', '4', '-Y', '{folder}'],
    files: { 'kamailio.cfg': config },
    isUp: async () => await untilAnswered(host, '127.0.0.1', 5060, optionsRequest()),
  })
}

/** libcoap's example server at 5683 of 127.0.0.1. */
export async function startCoap(host: Host): Promise<ServiceServer> {
  return await startServiceServer(host, {
    command: ['coap-server-notls', '-A', '127.0.0.1', '-p', '5683'],
    isUp: async () => await untilAnswered(host, '127.0.0.1', 5683, PING),
  })
}
