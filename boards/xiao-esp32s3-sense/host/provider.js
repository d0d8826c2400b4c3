// SPDX-License-Identifier: MIT
// The host provider of xiao-esp32s3-sense for applications that include modules/io of the SDK: where its pins are (ECMA-419, 10).

import Digital from "embedded:io/digital";
import I2C from "embedded:io/i2c";
import PWM from "embedded:io/pwm";
import Serial from "embedded:io/serial";
import SMBus from "embedded:io/smbus";

const device = {
	I2C: { default: { io: I2C, data: 5, clock: 6 } },
	Serial: { default: { io: Serial, port: 1, receive: 44, transmit: 43 } },
	io: { Digital, I2C, PWM, Serial, SMBus },
	pin: { led: 21, button: 0 },
};

export default device;
