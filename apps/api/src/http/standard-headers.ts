/** The headers of every answer whatever it says, beside its request id. */
export const CACHE_HEADERS = {
  'Cache-Control': 'no-cache, must-revalidate',
  Pragma: 'no-cache',
  Expires: '0',
} as const;
