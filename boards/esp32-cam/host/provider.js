// SPDX-License-Identifier: MIT
// The host provider of esp32-cam for applications that include modules/io of the SDK: where its pins are (ECMA-419, 10).

import Digital from "embedded:io/digital";
import PWM from "embedded:io/pwm";
import Serial from "embedded:io/serial";

const device = {
	Serial: { default: { io: Serial, port: 0, receive: 3, transmit: 1 } },
	io: { Digital, PWM, Serial },
	pin: { led: 33, flash: 4 },
};

export default device;
