import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, it, vi } from 'vitest';
import { Exchange } from '../http/exchange.js';
import { PathPattern } from '../http/path-pattern.js';
import { holdBack } from './hold-back.js';

function requestOn(socket: Socket, resume = () => {}): Exchange {
  const incoming = { socket, headers: {}, resume } as IncomingMessage;
  return new Exchange({ incoming, method: 'GET', path: '/' }, new PathPattern('/'));
}

it('holds no one back at first', () => {
  expect(holdBack(requestOn(new Socket()))).toBeUndefined();
  expect(holdBack(requestOn(new Socket()))).toBeUndefined();
});

it('holds back a client that did not stay away for a second plus the time it was held back', () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(10_000);
  const [patient, hasty] = [new Socket(), new Socket()];
  holdBack(requestOn(patient));
  holdBack(requestOn(hasty));
  now.mockReturnValue(10_999);
  expect(holdBack(requestOn(hasty))).toBeInstanceOf(Promise);
  now.mockReturnValue(11_000);
  expect(holdBack(requestOn(patient))).toBeUndefined();
  expect(holdBack(requestOn(hasty))).toBeInstanceOf(Promise);
  now.mockRestore();
});

it('drops the body of a client that it holds back, as it arrives', () => {
  const socket = new Socket();
  const resume = vi.fn();
  holdBack(requestOn(socket, resume));
  expect(resume).not.toHaveBeenCalled();
  holdBack(requestOn(socket, resume));
  expect(resume).toHaveBeenCalledOnce();
});
