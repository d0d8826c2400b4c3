// SPDX-License-Identifier: MIT
// The host provider of m5-atoms3r-cam for applications that include modules/io of the SDK: where its pins are (ECMA-419, 10).

import Digital from "embedded:io/digital";
import I2C from "embedded:io/i2c";
import PWM from "embedded:io/pwm";
import SMBus from "embedded:io/smbus";

const device = {
	I2C: { default: { io: I2C, data: 45, clock: 0 } },
	io: { Digital, I2C, PWM, SMBus },
	pin: { button: 41 },
};

export default device;
