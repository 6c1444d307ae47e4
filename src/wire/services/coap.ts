/** The answer to a CoAP ping (RFC 7252 section 4.3): a Reset message. */
export interface CoapAnswer {
  readonly service: 'coap'
  readonly messageId: number
}
