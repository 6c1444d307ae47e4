import type { Service } from './service.ts'

export interface MessageParameters {
  /** What is sent, as it is. */
  readonly bytes: Uint8Array
}

/** Any bytes to any UDP service. Nothing in a reply names its request, so that any datagram is an answer. */
export function messageService({ bytes }: MessageParameters): Service {
  return {
    name: 'message',
    named: false,
    request: () => ({ bytes, read: () => ({ what: 'answer', answer: { service: 'message' } }) }),
  }
}
