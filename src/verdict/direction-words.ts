/** The two directions in words. */
export const DIRECTION_WORDS = { forward: 'from client to server', return: 'from server to client' } as const
