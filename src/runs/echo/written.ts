import { listOf, pick, type Options } from '../../options/written-options.ts'
import type { EchoOptions } from './options.ts'

/** The options of a server as they were written, by the names of its flags. */
export function readEchoOptions(options: Options): EchoOptions {
  return {
    ...pick(options, ['host', 'port', 'mode', 'reply', 'recvSize', 'delay', 'engine', 'workers', 'recvBuffer']),
    ...pick(options, ['maxRate', 'maxRatePerSource', 'maxPeers', 'duration', 'maxIdle', 'maxDatagrams']),
    allow: listOf(options, 'allow'),
    deny: listOf(options, 'deny'),
    public: options['public'] === true,
  }
}
